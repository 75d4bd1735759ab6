namespace Gatehouse.Documents.Reading;

/// <summary>The reader of one format.</summary>
internal interface IDocumentFormat
{
    /// <summary>The kind, as places name it.</summary>
    string Kind { get; }

    /// <summary>Returns whether bytes are of this format. A name or a declared type is never asked: a sender chooses both.</summary>
    bool Is(ReadOnlyMemory<byte> bytes);

    /// <summary>Adds the texts of a document and what of it is not read.</summary>
    /// <exception cref="UnreadException">A bound is reached.</exception>
    void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes);
}
