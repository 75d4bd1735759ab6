using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Gateway.Tests;

/// <summary>Requests byte for byte, for what an HTTP client would not send.</summary>
internal static class RawHttp
{
    public static Task<int> StatusAsync(Uri url, string request) => StatusAsync(url, Encoding.UTF8.GetBytes(request));

    public static async Task<int> StatusAsync(Uri url, byte[] request)
    {
        var answer = await SendAsync(url, request);
        return answer.Length < 12 ? 0 : int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    public static async Task<string> SendAsync(Uri url, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (IOException)
        {
            // Reset by the gateway after its answer.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
