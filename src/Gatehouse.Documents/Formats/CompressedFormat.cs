using System.Buffers.Binary;
using System.IO.Compression;
using Gatehouse.Documents.Reading;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;

namespace Gatehouse.Documents.Formats;

/// <summary>One compressed document without a table of entries: gzip, bzip2, xz.</summary>
internal sealed class CompressedFormat : IDocumentFormat
{
    public string Kind => "compressed";

    public bool Is(ReadOnlyMemory<byte> bytes) => bytes.Span is [0x1F, 0x8B, 8, ..]
        or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] or [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..];

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        using var source = new MemoryStream(bytes.ToArray());
        using Stream inner = bytes.Span[0] switch
        {
            0x1F => new GZipStream(source, CompressionMode.Decompress),
            (byte)'B' => BZip2Stream.Create(source, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true),
            _ => new XZStream(source),
        };
        var content = scope.Expand(inner);
        // RFC 1952 section 2.3.1: the length is at the end. The stream does not say that it was cut.
        var isCut = bytes.Span[0] == 0x1F && (uint)content.Length != BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^4..]);
        if (isCut || content.Length == 0) scope.Unread(UnreadCause.Malformed);
        scope.Inner("content", content);
    }
}
