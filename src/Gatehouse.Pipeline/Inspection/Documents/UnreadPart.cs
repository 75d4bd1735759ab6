namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>A part of a document that was not read.</summary>
/// <param name="Place">The place, such as <c>archive/entry-3</c>.</param>
/// <param name="Cause">The cause, one of <see cref="UnreadCauses"/> or a word of the program.</param>
public readonly record struct UnreadPart(string Place, string Cause);
