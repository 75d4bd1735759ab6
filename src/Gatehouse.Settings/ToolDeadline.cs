using Gatehouse.Policy.Rules;

namespace Gatehouse.Settings;

/// <summary>The hard limit of some tools.</summary>
/// <param name="Tools">Names; <c>*</c> stands for any run of characters.</param>
/// <param name="Deadline">From forwarding to the last byte, whatever progress says (H33).</param>
public sealed record ToolDeadline(IReadOnlyList<string> Tools, TimeSpan Deadline)
{
    private readonly NameSet names = new(Tools);

    /// <summary>True when it speaks of the tool.</summary>
    public bool Names(string tool) => names.Contains(tool);
}
