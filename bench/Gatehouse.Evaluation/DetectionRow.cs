namespace Gatehouse.Evaluation;

/// <summary>One text that was judged.</summary>
/// <param name="Head">Definitions, results or prompts.</param>
/// <param name="IsOutside">True for a text of a public source.</param>
/// <param name="Source">Author or source.</param>
/// <param name="Place">Place in the protocol.</param>
/// <param name="Kind">Kind of attack, or what a harmless text is.</param>
/// <param name="Language">The language; empty where it is not known.</param>
/// <param name="IsAttack">True for an attack.</param>
/// <param name="Level">0 nothing, 1 low confidence or soft, 2 medium, 3 high confidence or hard.</param>
/// <param name="Surety">
/// The level with a fraction: the position of the model's score between the thresholds of its group, so that groups with different thresholds are one
/// curve. At or above 1, 2 and 3 exactly for texts of that level. Negative infinity for a text that no threshold reports.
/// </param>
internal sealed record DetectionRow(
    string Head, bool IsOutside, string Source, string Place, string Kind, string Language, bool IsAttack, int Level, double Surety);
