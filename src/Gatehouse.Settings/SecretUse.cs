namespace Gatehouse.Settings;

/// <summary>A key of the configuration that names a secret.</summary>
/// <param name="Key">Path of the key, as faults name it.</param>
/// <param name="Reference">The reference that it holds.</param>
public sealed record SecretUse(string Key, SecretReference Reference)
{
    /// <summary>True for a key or certificate, whose text has several lines. By default the text is one line.</summary>
    public bool AllowsLines { get; init; }
}
