using System.ComponentModel;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Client;
using Microsoft.Identity.Client.Extensions.Msal;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace EntraLocalServer;

/// <summary>The tools of this server.</summary>
[McpServerToolType]
public sealed class GraphTools(EntraOptions options, SignIn signIn, HttpClient http, TimeProvider time, ILogger<GraphTools> logger)
{
    private const int Attempts = 4;

    // Longer waits are for the caller to decide.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    [McpServerTool(Name = "GetUserDetailsFromGraph", Title = "My profile", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false,
        UseStructuredContent = true)]
    [Description("Returns the profile of the signed-in person from Microsoft Graph: names, mail address, job title and office.")]
    public async Task<UserDetails> GetUserDetailsAsync(CancellationToken cancellationToken)
    {
        // A model reads what a tool returns. It gets fixed texts; what a library or a service says goes to the log of the person (CWE-209).
        try
        {
            var token = await signIn.GetTokenAsync(cancellationToken);
            using var response = await SendAsync(token, cancellationToken);
            if (!response.IsSuccessStatusCode) throw Refused(response);
            return await response.Content.ReadFromJsonAsync<UserDetails>(cancellationToken) ?? throw Failed("Microsoft Graph sent no profile.");
        }
        catch (MsalException exception)
        {
            logger.LogWarning("Sign-in failed: {Code} {CorrelationId}", exception.ErrorCode, (exception as MsalServiceException)?.CorrelationId ?? "");
            throw Failed("The person did not sign in, or the sign-in was refused. The log of the server says more.");
        }
        catch (MsalCachePersistenceException exception)
        {
            logger.LogWarning("The token cache failed: {Text}", exception.Message);
            throw Failed("The token cache cannot be used. The log of the server says more.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed("It took too long. Try again.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or NotSupportedException)
        {
            logger.LogWarning("Microsoft Graph failed: {Kind} {Text}", exception.GetType().Name, exception.Message);
            throw Failed("Microsoft Graph cannot be reached, or its answer is not usable.");
        }
    }

    // One GET with the fields that the tool names. 429 and 503 say how long to wait.
    private async Task<HttpResponseMessage> SendAsync(string token, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{options.Graph.TrimEnd('/')}/v1.0/me?$select={UserDetails.Select}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return response;
            var wait = WaitOf(response.Headers.RetryAfter, attempt);
            if (attempt == Attempts || wait > LongestWait) return response;
            logger.LogWarning("Microsoft Graph answered {Status}; waiting {Seconds} s", (int)response.StatusCode, wait.TotalSeconds);
            response.Dispose();
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    // The time that Graph names, else 1, 2, 4 seconds and a random part, so that many clients do not come back together.
    private TimeSpan WaitOf(RetryConditionHeaderValue? header, int attempt) => header switch
    {
        { Delta: { } seconds } => seconds,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        { Date: not null } => TimeSpan.Zero,
        _ => TimeSpan.FromSeconds(Math.Pow(2, attempt - 1) + Random.Shared.NextDouble()),
    };

    private McpException Refused(HttpResponseMessage response)
    {
        logger.LogWarning("Microsoft Graph answered {Status}: request {Id}", (int)response.StatusCode,
            response.Headers.TryGetValues("request-id", out var ids) ? string.Join(' ', ids) : "");
        return Failed(response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "Microsoft Graph did not accept the token. Sign in again.",
            HttpStatusCode.Forbidden => "Microsoft Graph refused: the permission User.Read is missing.",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable =>
                $"Microsoft Graph is busy. Try again in {(int)WaitOf(response.Headers.RetryAfter, Attempts).TotalSeconds} s.",
            _ => "Microsoft Graph refused the request.",
        });
    }

    private static McpException Failed(string text) => new(text);
}
