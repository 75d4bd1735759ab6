using Gatehouse.Configuration.Texts;

namespace Gatehouse.Configuration.Reading;

/// <summary>The sources of a configuration. Nothing else is looked at.</summary>
public sealed record ConfigurationRequest
{
    /// <summary>The file, from <c>--config</c>; null (default) takes the one documented place of the system.</summary>
    public string? Path { get; init; }

    /// <summary>True with <c>--dev</c>. Default false.</summary>
    public bool Development { get; init; }

    /// <summary>Flags by name, with or without the leading <c>--</c>, e.g. <c>--state</c>. Only those of the table are known.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a variable of the environment. Default the environment of the process.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>
    /// True for a gateway that is a library in the one server that it protects: the entry of the server names neither <c>url</c> nor <c>command</c>,
    /// and keys of listeners are faults. Default false.
    /// </summary>
    public bool InProcess { get; init; }

    /// <summary>A stored configuration whose files replace those on the disk; null (default) reads the disk.</summary>
    public ConfigurationTexts? Instead { get; init; }
}
