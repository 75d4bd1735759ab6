namespace Gatehouse.Inventory.Output;

/// <summary>Markup that is written as it is. Only constants and figures of ours are made into it.</summary>
/// <param name="Html">The markup.</param>
internal readonly record struct HtmlPart(string Html);
