namespace Gatehouse.Documents.Reading;

/// <summary>A bound was reached, or a part cannot be read. The message is one of <see cref="UnreadCause"/>.</summary>
internal sealed class UnreadException(string cause) : Exception(cause);
