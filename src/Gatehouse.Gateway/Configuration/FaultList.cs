using Gatehouse.Gateway.Configuration.Reading;
using Gatehouse.Gateway.Configuration.Yaml;

namespace Gatehouse.Gateway.Configuration;

/// <summary>Collects faults, so that an operator sees all at once. Bounded: a broken file of a megabyte is not a report of ten.</summary>
internal sealed class FaultList
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

    /// <summary>Adds a fault of a value; says so when the value did not come from the file.</summary>
    public void Add(ConfiguredValue value, string message, string remedy) =>
        Add(value.At, value.Path, message + value.Origin.Remark, remedy);

    /// <summary>Adds a fault of one entry of a list.</summary>
    public void Add(ConfiguredItem item, string message, string remedy) => Add(item.At, item.Path, message, remedy);

    /// <summary>Adds a fault of a section as a whole.</summary>
    public void Add(ConfigurationSection section, string message, string remedy) =>
        Add(section.At, section.Path, message, remedy);

    /// <summary>All of them by place.</summary>
    public IReadOnlyList<ConfigurationFault> ToList()
    {
        var sorted = faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).ToList();
        if (left > 0)
            sorted.Add(new ConfigurationFault(0, 0, "", $"{left} more faults are not listed", "mend those above and check again"));
        return sorted;
    }
}
