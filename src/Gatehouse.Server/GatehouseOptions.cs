using Gatehouse.Configuration.Reading;
using Gatehouse.Pipeline;
using Gatehouse.Server.RunTime;

namespace Gatehouse.Server;

/// <summary>Settings of the library that only the code of a server gives. Everything else is in the configuration file.</summary>
/// <example>
/// <code>
/// builder.Services.AddMcpServer().WithHttpTransport().WithToolsFromAssembly()
///     .AddGatehouse(options => options.Configuration("gatehouse.yaml"));
/// </code>
/// </example>
public sealed class GatehouseOptions
{
    internal string? ConfigurationPath { get; private set; }

    internal string? StateFolder { get; private set; }

    internal bool IsDevelopment { get; private set; }

    internal (Stream Input, Stream Output)? ConnectionStreams { get; private set; }

    internal RunTimeGuardMode RunTimeMode { get; private set; } = RunTimeGuardMode.Block;

    /// <summary>Doubles in the place of parts, for the attack range.</summary>
    internal PartReplacements Replacements { get; set; } = PartReplacements.None;

    /// <summary>
    /// Names the configuration file, in the format of <c>gatehouse.yaml</c>. A server with the transport of HTTP needs one. A server on stdio takes the
    /// keys of <c>gatehouse wrap</c>, and without a file the policy <c>personal</c>.
    /// </summary>
    /// <param name="path">The file. A relative path begins at the content root of the server.</param>
    /// <example><code>options.Configuration("gatehouse.yaml");</code></example>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public GatehouseOptions Configuration(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ConfigurationPath = path;
        return this;
    }

    /// <summary>
    /// Names the folder of keys, store and audit log, in place of <c>state</c> in the file. Default: the one of the file; on stdio
    /// <c>gatehouse/servers/NAME</c> in the account's folder of state, with one folder in it for each process that runs at the same time.
    /// </summary>
    /// <param name="folder">The folder. It is made with mode 0700.</param>
    /// <example><code>options.State("/var/lib/tickets/gatehouse");</code></example>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public GatehouseOptions State(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        StateFolder = folder;
        return this;
    }

    /// <summary>
    /// Starts an issuer of tokens of the library's own, for work on the server: <c>gatehouse token --state FOLDER</c> prints a token. Only requests from
    /// this machine are served then. Default: off.
    /// </summary>
    /// <param name="isOn">True to start it, e.g. <c>builder.Environment.IsDevelopment()</c>.</param>
    /// <example><code>options.Development(builder.Environment.IsDevelopment());</code></example>
    public GatehouseOptions Development(bool isOn = true)
    {
        IsDevelopment = isOn;
        return this;
    }

    /// <summary>
    /// Gives the two streams of a server that is not on the standard streams of its process, in place of <c>WithStreamServerTransport</c>: the library
    /// replaces the transport, because it reads lines before the SDK does. Default: standard input and output.
    /// </summary>
    /// <param name="input">The stream of the client's lines. The library reads it alone.</param>
    /// <param name="output">The stream of lines for the client. The library writes it alone.</param>
    /// <example><code>options.Streams(pipe.Reader.AsStream(), other.Writer.AsStream());</code></example>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public GatehouseOptions Streams(Stream input, Stream output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ConnectionStreams = (input, output);
        return this;
    }

    /// <summary>
    /// Says what happens when a running tool opens what it has not declared with <see cref="ToolAccessAttribute"/>. Default:
    /// <see cref="RunTimeGuardMode.Block"/>.
    /// </summary>
    /// <param name="mode">Block or observe.</param>
    /// <example><code>options.RunTimeProtection(RunTimeGuardMode.Observe);</code></example>
    public GatehouseOptions RunTimeProtection(RunTimeGuardMode mode)
    {
        RunTimeMode = mode;
        return this;
    }

    /// <summary>Returns the configuration file that the code names; null where it names none.</summary>
    /// <exception cref="GatehouseStartException">It is not there.</exception>
    internal string? ConfigurationFile(string contentRoot)
    {
        if (ConfigurationPath is null) return null;
        var path = Path.GetFullPath(ConfigurationPath, contentRoot);
        return File.Exists(path) ? path
            : throw new GatehouseStartException($"there is no configuration {path}: write the file, or name another one in AddGatehouse");
    }

    internal ConfigurationRequest Request(string contentRoot) => new()
    {
        Path = ConfigurationFile(contentRoot),
        Development = IsDevelopment,
        Flags = StateFolder is null ? new Dictionary<string, string>()
            : new Dictionary<string, string> { ["--state"] = Path.GetFullPath(StateFolder, contentRoot) },
        InProcess = true,
    };
}
