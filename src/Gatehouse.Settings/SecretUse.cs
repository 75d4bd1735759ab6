namespace Gatehouse.Settings;

/// <summary>A key of the configuration that names a secret.</summary>
/// <param name="Key">Path of the key, as faults name it.</param>
/// <param name="Reference">The reference that it holds.</param>
public sealed record SecretUse(string Key, SecretReference Reference)
{
    /// <summary>True where the value may have several lines, such as a certificate with its key in PEM. Default false: one line.</summary>
    public bool AllowsLines { get; init; }
}
