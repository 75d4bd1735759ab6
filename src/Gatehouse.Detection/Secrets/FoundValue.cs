namespace Gatehouse.Detection.Secrets;

/// <summary>The place of a value beside a name.</summary>
/// <param name="Start">First character.</param>
/// <param name="Length">Characters.</param>
/// <param name="IsQuoted">True where quotation marks or elements enclose it.</param>
internal readonly record struct FoundValue(int Start, int Length, bool IsQuoted);
