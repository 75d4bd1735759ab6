namespace Gatehouse.Configuration.Reading;

/// <summary>Faults of values, entries and sections that were read.</summary>
internal static class FaultListExtensions
{
    /// <summary>Adds a fault of a value. The fault names the source when the value did not come from the file.</summary>
    public static void Add(this FaultList faults, ConfiguredValue value, string message, string remedy) =>
        faults.Add(value.At, value.Path, message + value.Origin.Remark, remedy);

    /// <summary>Adds a fault of one entry of a list.</summary>
    public static void Add(this FaultList faults, ConfiguredItem item, string message, string remedy) =>
        faults.Add(item.At, item.Path, message, remedy);

    /// <summary>Adds a fault of a section as a whole.</summary>
    public static void Add(this FaultList faults, ConfigurationSection section, string message, string remedy) =>
        faults.Add(section.At, section.Path, message, remedy);
}
