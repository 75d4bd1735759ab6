using System.Text;
using Gatehouse.Documents.Reading;
using MetadataExtractor;
using MetadataExtractor.Formats.Xmp;

namespace Gatehouse.Documents.Formats;

/// <summary>Images: EXIF, IPTC, XMP, comments and the texts of PNG. Pixels are not read, so an image by itself is never wholly read.</summary>
internal sealed class ImageFormat : IDocumentFormat
{
    public string Kind => "image";

    public bool Is(ReadOnlyMemory<byte> bytes) => bytes.Span switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => true,
        [0xFF, 0xD8, 0xFF, ..] => true,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => true,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => true,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => true,
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => true,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'h' or (byte)'m' or (byte)'a', ..] => true,
        _ => false,
    };

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        scope.Unread(UnreadCause.Pixels);
        Metadata(scope, bytes);
    }

    /// <summary>Adds the metadata.</summary>
    public static void Metadata(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        foreach (var directory in ImageMetadataReader.ReadMetadata(new MemoryStream(bytes.ToArray())))
        {
            scope.CheckTime();
            var text = new StringBuilder();
            foreach (var tag in directory.Tags) text.Append(tag.Name).Append(": ").Append(tag.Description).Append('\n');
            if (directory is XmpDirectory xmp)
            {
                foreach (var (name, value) in xmp.GetXmpProperties()) text.Append(name).Append(": ").Append(value).Append('\n');
            }

            scope.Text("metadata", text.ToString());
        }
    }
}
