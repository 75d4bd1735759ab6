namespace Gatehouse.Evaluation;

/// <summary>A place of personal data in a text of a set.</summary>
/// <param name="Kind">The kind, by the names of the detector.</param>
/// <param name="Name">The kind, as the set names it.</param>
/// <param name="Start">The index of the first character.</param>
/// <param name="End">The index behind the last one.</param>
internal sealed record PersonalSpan(string Kind, string Name, int Start, int End);
