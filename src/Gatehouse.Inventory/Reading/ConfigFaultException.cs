namespace Gatehouse.Inventory.Reading;

/// <summary>A configuration file cannot be read.</summary>
internal sealed class ConfigFaultException(int line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>True when the file may be well formed and exceeds a bound of the reader.</summary>
    public bool IsLimit { get; private init; }

    /// <summary>Returns the fault of a file that exceeds a bound of the reader.</summary>
    public static ConfigFaultException Limit(int line, string message) => new(line, message) { IsLimit = true };
}
