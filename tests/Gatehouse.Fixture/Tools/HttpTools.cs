using System.Text.Json;
using Gatehouse.Fixture.Serving;
using ModelContextProtocol.Protocol;

namespace Gatehouse.Fixture.Tools;

/// <summary>Tools that exist only over HTTP.</summary>
internal static class HttpTools
{
    public static IEnumerable<FixtureTool> All { get; } =
    [
        new("whoami_headers", "The HTTP headers of this call, as a JSON array of [name, value] pairs", FixtureTool.NoArguments, Headers),
    ];

    private static CallToolResult Headers(ToolCall call)
    {
        var headers = (IReadOnlyList<KeyValuePair<string, string>>)call.Request.Items[RequestItems.Headers]!;
        return Content.Result(JsonSerializer.Serialize(headers.Select(header => new[] { header.Key, header.Value })));
    }
}
