using System.Net;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Range.Servers;

/// <summary>A tool that lists the servers of a client's configuration as people write it in an afternoon: it prints what it reads.</summary>
internal static class NaiveLister
{
    /// <summary>For a terminal.</summary>
    public static string Text(string configuration) =>
        string.Concat(Servers(configuration).Select(server => $"{server.Name}\n    {server.CommandLine}\n"));

    /// <summary>As a page.</summary>
    public static string Page(string configuration)
    {
        var page = new StringBuilder("<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>servers</title></head><body>\n");
        // The author remembered that command lines have quotes in them.
        foreach (var (name, commandLine) in Servers(configuration))
            page.Append($"<h3>{name}</h3><p title=\"{name}\">{WebUtility.HtmlEncode(commandLine)}</p>\n");
        return page.Append("</body></html>\n").ToString();
    }

    private static IEnumerable<(string Name, string CommandLine)> Servers(string configuration)
    {
        using var parsed = JsonDocument.Parse(configuration);
        return [.. parsed.RootElement.GetProperty("mcpServers").EnumerateObject().Select(server =>
            (server.Name, string.Join(' ', server.Value.GetProperty("args").EnumerateArray().Select(argument => argument.GetString())
                .Prepend(server.Value.GetProperty("command").GetString()))))];
    }
}
