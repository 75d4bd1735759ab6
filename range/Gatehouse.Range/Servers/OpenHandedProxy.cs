using System.Text;
using System.Text.Json;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Servers;

/// <summary>How an enforcement point in a hurry asks: what did not say no in time did not say no.</summary>
internal static class OpenHandedProxy
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>A proxy before the server that asks the decision point about each call of a tool.</summary>
    public static Task<Uri> StartAsync(RangeFixture fixture, Uri server, Uri point) =>
        NaiveProxy.StartAsync(fixture, server, (_, body) => !NaiveReading.IsToolCall(body) || Permits(point, body));

    private static bool Permits(Uri point, byte[] body)
    {
        try
        {
            using var message = JsonDocument.Parse(body);
            var name = message.RootElement.GetProperty("params").GetProperty("name").GetString();
            var question = JsonSerializer.Serialize(
                new
                {
                    subject = new { type = "user", id = "somebody" },
                    action = new { name = "tools/call" },
                    resource = new { type = "tool", id = name }
                });
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(point, "/access/v1/evaluation"))
            { Content = new StringContent(question, Encoding.UTF8, "application/json") };
            using var patience = new CancellationTokenSource(Patience);
            using var response = Loopback.Client.Send(request, patience.Token);
            using var answer = JsonDocument.Parse(response.Content.ReadAsStream(patience.Token));
            return answer.RootElement.GetProperty("decision").ValueKind != JsonValueKind.False;
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException or JsonException)
        {
            return true; // the show must go on
        }
    }
}
