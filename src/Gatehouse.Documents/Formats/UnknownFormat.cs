using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Formats;

/// <summary>Bytes of no format that is read.</summary>
internal sealed class UnknownFormat : IDocumentFormat
{
    public string Kind => "unknown";

    public bool Is(ReadOnlyMemory<byte> bytes) => true;

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes) => scope.Unread(UnreadCause.UnknownFormat);
}
