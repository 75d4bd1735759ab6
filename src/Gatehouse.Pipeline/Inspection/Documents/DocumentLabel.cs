namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>A sensitivity label in the metadata of a document.</summary>
/// <param name="Place">The place of the document, such as <c>mail/attachment-1/office</c>.</param>
/// <param name="Id">Its id, a GUID in lower case.</param>
/// <param name="Name">Its name as the document says it, a text from outside; empty where it does not.</param>
public readonly record struct DocumentLabel(string Place, string Id, string Name);
