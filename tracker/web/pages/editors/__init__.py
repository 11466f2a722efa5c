"""What do editors and owners see?"""
