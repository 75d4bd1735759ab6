namespace Gatehouse.Yaml;

/// <summary>Collects faults, so that an operator sees all at once. Bounded: a broken file of a megabyte is not a report of ten.</summary>
public sealed class FaultList
{
    private const int Most = 200;
    private readonly List<ConfigurationFault> faults = [];
    private int left;

    /// <summary>True when a fault was added.</summary>
    public bool Any => faults.Count > 0;

    /// <summary>Adds a fault at a place of the text.</summary>
    public void Add(YamlMark at, string path, string message, string remedy)
    {
        if (faults.Count < Most) faults.Add(new ConfigurationFault(at.Line, at.Column, path, message, remedy));
        else left++;
    }

    /// <summary>Adds a fault that was found in another file.</summary>
    public void Add(ConfigurationFault fault)
    {
        if (faults.Count < Most) faults.Add(fault);
        else left++;
    }

    /// <summary>All of them by place.</summary>
    public IReadOnlyList<ConfigurationFault> ToList()
    {
        var sorted = faults.OrderBy(fault => fault.File, StringComparer.Ordinal).ThenBy(fault => fault.Line).ThenBy(fault => fault.Column).ToList();
        if (left > 0)
            sorted.Add(new ConfigurationFault(0, 0, "", $"further faults, not listed: {left}", "correct the faults above and check again"));
        return sorted;
    }
}
