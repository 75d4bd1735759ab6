namespace Gatehouse.Inventory.Reading;

/// <summary>The format of a configuration file.</summary>
internal enum ConfigFormat
{
    /// <summary>JSON without comments (RFC 8259).</summary>
    Json,

    /// <summary>JSON with comments and trailing commas.</summary>
    JsonWithComments,

    /// <summary>TOML 1.0.</summary>
    Toml,

    /// <summary>YAML.</summary>
    Yaml,

    /// <summary>XML of JetBrains' settings.</summary>
    Xml,

    /// <summary>A packed extension: a ZIP archive whose manifest is JSON.</summary>
    Archive,
}
