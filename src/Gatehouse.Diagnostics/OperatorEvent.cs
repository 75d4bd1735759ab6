using Microsoft.Extensions.Logging;

namespace Gatehouse.Diagnostics;

/// <summary>A kind of event that the operator reads in the log of the process. Ids and names are stable: they are never reused.</summary>
/// <param name="Id">Stable number; the thousands name the area.</param>
/// <param name="Name">Stable name, in lower case with hyphens.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="Text">The line; <c>{name}</c> stands for a value, in the order of the values.</param>
/// <param name="Remedy">What the operator can do.</param>
public sealed record OperatorEvent(int Id, string Name, LogLevel Level, string Text, string Remedy)
{
    /// <summary>Names of the values, in their order.</summary>
    public IReadOnlyList<string> Values { get; } = ValuesOf(Text);

    private static List<string> ValuesOf(string text)
    {
        var values = new List<string>();
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', open + 1))
            values.Add(text[(open + 1)..text.IndexOf('}', open)]);
        return values;
    }
}
