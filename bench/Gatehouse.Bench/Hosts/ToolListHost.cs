using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Bench.Hosts;

/// <summary>A stdio server with many tools and nothing else: what listing alone costs is its start and its answer.</summary>
internal static class ToolListHost
{
    /// <summary>The list, as the server answers it.</summary>
    public static string Tools(int count)
    {
        var text = new StringBuilder("{\"tools\":[");
        for (var at = 0; at < count; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$$"""
                {"name":"tool_{{{at}}}","title":"Tool {{{at}}}","description":"Reads a file of the project folder and returns the lines that were asked for. Paths are relative; \"..\" is refused.","inputSchema":{"type":"object","properties":{"path":{"type":"string","description":"The path of the file.","minLength":1,"maxLength":4096,"pattern":"^[\\w./-]+$"},"lines":{"type":"integer","minimum":1,"maximum":10000,"default":100},"mode":{"enum":["text","binary"]}},"required":["path"],"additionalProperties":false},"annotations":{"readOnlyHint":true}}
                """);
        }

        return text.Append("]}").ToString();
    }

    /// <summary>Answers line by line until its input ends.</summary>
    public static void Run(int count)
    {
        var tools = Tools(count);
        while (Console.ReadLine() is { } line)
        {
            using var message = JsonDocument.Parse(line);
            if (!message.RootElement.TryGetProperty("id", out var id)) continue;
            var answer = message.RootElement.GetProperty("method").GetString() switch
            {
                "tools/list" => $"\"result\":{tools}",
                "initialize" => "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}",
                _ => "\"error\":{\"code\":-32601,\"message\":\"no such method\"}",
            };
            Console.WriteLine($"{{\"jsonrpc\":\"2.0\",\"id\":{id.GetRawText()},{answer}}}");
        }
    }
}
