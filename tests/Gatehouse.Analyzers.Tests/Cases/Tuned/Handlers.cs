using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Cases.Handlers;

public static class Start
{
    private static readonly string[] Names = ["news", "weather"];

    public static IEnumerable<McpServerTool> Tools()
    {
        yield return McpServerTool.Create((string path) => File.ReadAllText(path)); // finds GHA0002
        yield return McpServerTool.Create(async (string url, HttpClient client) => await client.GetStringAsync(url)); // finds GHA0004
        yield return McpServerTool.Create(RunIt);
        yield return McpServerTool.Create(AIFunctionFactory.Create((string sql, System.Data.IDbCommand command) =>
            { command.CommandText = sql; })); // finds GHA0003
        yield return McpServerTool.Create((string name) => Names.Contains(name) ? File.ReadAllText(name) : ""); // clean
        yield return McpServerTool.Create((int page) => File.ReadAllText($"page-{page}.txt")); // clean
    }

    private static void RunIt(string command) => Process.Start("bash", $"-c '{command}'"); // finds GHA0001

    public static void Handlers(IServiceCollection services) => services.AddMcpServer()
        .WithCallToolHandler(async (request, cancellation) =>
        {
            var path = request.Params!.Arguments!["path"].GetString()!;
            var text = await File.ReadAllTextAsync(path, cancellation); // finds GHA0002
            return new CallToolResult { Content = [new TextContentBlock { Text = text }] };
        })
        .WithReadResourceHandler(async (request, cancellation) =>
        {
            var text = await File.ReadAllTextAsync(request.Params!.Uri.Replace("file://", ""), cancellation); // finds GHA0002
            return new ReadResourceResult { Contents = [new TextResourceContents { Uri = request.Params.Uri, Text = text }] };
        });

    // clean
    public static void SafeHandlers(IServiceCollection services) => services.AddMcpServer()
        .WithCallToolHandler(async (request, cancellation) =>
        {
            if (request.Params!.Name != "read") return new CallToolResult { IsError = true };
            var text = await File.ReadAllTextAsync("/srv/data/readme.txt", cancellation);
            return new CallToolResult { Content = [new TextContentBlock { Text = text }] };
        });
}

[McpServerPromptType]
public sealed class Prompts
{
    [McpServerPrompt, Description("A review of a file.")]
    public static string Review(string file) => "Review this: " + File.ReadAllText(file); // finds GHA0002

    [McpServerPrompt] // clean
    public static string Ask(string subject) => $"Tell me about {subject}.";
}

[McpServerResourceType]
public sealed class Resources
{
    [McpServerResource(UriTemplate = "notes://{name}")]
    public static string Note(string name) => File.ReadAllText("/srv/notes/" + name); // finds GHA0002

    [McpServerResource(UriTemplate = "pages://{number}")] // clean
    public static string Page(int number) => File.ReadAllText($"/srv/notes/{number}.txt");
}
