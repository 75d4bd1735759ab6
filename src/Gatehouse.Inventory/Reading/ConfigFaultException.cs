namespace Gatehouse.Inventory.Reading;

/// <summary>A configuration file cannot be read.</summary>
internal sealed class ConfigFaultException(int line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}
