namespace Gatehouse.Server.RunTime;

/// <summary>
/// Declares what the code of a tool opens while it runs. A tool without it declares nothing. On a method it replaces the one of the class.
/// </summary>
/// <example>
/// <code>
/// [McpServerTool, ToolAccess(Hosts = ["api.weather.example"], ReadFolders = ["/srv/stations"])]
/// public static async Task&lt;string&gt; Weather(IHttpClientFactory clients, string city) { … }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class ToolAccessAttribute : Attribute
{
    /// <summary>Hosts of outward HTTP, each as <c>name</c> for the port of the scheme or <c>name:port</c>. Default: none.</summary>
    public string[] Hosts { get; init; } = [];

    /// <summary>Folders that <see cref="ToolFiles"/> may read in, as absolute paths. Default: none.</summary>
    public string[] ReadFolders { get; init; } = [];

    /// <summary>Folders that <see cref="ToolFiles"/> may read and write in, as absolute paths. Default: none.</summary>
    public string[] WriteFolders { get; init; } = [];

    /// <summary>Programs that <see cref="ToolProcess"/> may start, as they are named there. Default: none.</summary>
    public string[] Programs { get; init; } = [];

    /// <summary>Statements that a data source of the container may run. Default: <see cref="SqlAccess.None"/>.</summary>
    public SqlAccess Sql { get; init; }
}
