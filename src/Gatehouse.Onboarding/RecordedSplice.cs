namespace Gatehouse.Onboarding;

/// <summary>A splice as the ledger keeps it: the exact texts before and after.</summary>
/// <param name="At">The place: <c>command</c> (the value that names the program), <c>items</c> (before the first item of the list of arguments, or in
/// the empty list) or <c>member</c> (a list of arguments of its own, behind the program).</param>
/// <param name="Old">The old text; empty for an insertion.</param>
/// <param name="New">The new text.</param>
internal sealed record RecordedSplice(string At, string Old, string New);
