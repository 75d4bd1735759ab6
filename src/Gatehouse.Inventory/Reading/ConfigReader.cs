namespace Gatehouse.Inventory.Reading;

/// <summary>Reads a configuration file of any of the formats.</summary>
internal static class ConfigReader
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int Deepest = 64;

    /// <summary>
    /// Most values of one file, counted at each place that they are found at: a reader of the tree that walks all of it meets no more.
    /// </summary>
    public const int MostNodes = 200_000;

    /// <exception cref="ConfigFaultException">It is not well formed, or too deep or too large.</exception>
    public static ConfigNode Read(ReadOnlyMemory<byte> bytes, ConfigFormat format)
    {
        if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new ConfigFaultException(1, "the file is UTF-16; clients expect UTF-8");
        return format switch
        {
            ConfigFormat.Json => JsonConfig.Read(bytes.Span, comments: false),
            // Lines are those of the manifest, and no viewer of an archive could show them.
            ConfigFormat.Archive => JsonConfig.Read(bytes.Span, comments: false).WithoutPlaces(),
            ConfigFormat.JsonWithComments => JsonConfig.Read(bytes.Span, comments: true),
            ConfigFormat.Toml => new TomlConfig(bytes.Span).Read(),
            ConfigFormat.Yaml => YamlConfig.Read(bytes),
            _ => XmlConfig.Read(bytes),
        };
    }
}
