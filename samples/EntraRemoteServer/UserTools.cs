using System.ComponentModel;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Identity.Client;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using OpenIddict.Abstractions;
using Polly;

namespace EntraRemoteServer;

/// <summary>The tools of this server.</summary>
[McpServerToolType]
internal sealed class UserTools(EntraTokens entra, IHttpClientFactory clients, IOpenIddictAuthorizationManager authorizations, ILogger<UserTools> log)
{
    private const string Fields = "displayName,userPrincipalName,mail,jobTitle,officeLocation";
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(5);
    private static readonly MemoryCache People = new(new MemoryCacheOptions { SizeLimit = 1000 });

    [McpServerTool(Name = "getUserDetails", ReadOnly = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Returns the name, address, job title and office of the signed-in person from Microsoft Graph. Takes no arguments.")]
    [Authorize(Roles = Settings.Role)]
    public async Task<UserDetails> GetUserDetailsAsync(ClaimsPrincipal person, CancellationToken cancel)
    {
        var account = person.GetClaim(OpenIddictConstants.Claims.Subject)!;
        if (People.TryGetValue(account, out UserDetails? known)) return known!;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"me?$select={Fields}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await entra.ForGraphAsync(account, cancel));
            using var answer = await clients.CreateClient("graph").SendAsync(request, cancel);
            var details = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<UserDetails>(cancel);
            return People.Set(account, details!, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = CacheTime, Size = 1 });
        }
        catch (MsalUiRequiredException)
        {
            await AuthorizationServer.EndAsync(account, entra, authorizations, cancel); // the next request gets 401, and the client signs in again
            throw new McpException("Your sign-in at Microsoft Entra ID has ended. Call the tool again to sign in.");
        }
        catch (Exception failure) when (failure is HttpRequestException or MsalException or ExecutionRejectedException or JsonException)
        {
            var id = Guid.NewGuid(); // CWE-209: the model gets our sentence, the log gets the cause, and the id connects them
            log.LogError(failure, "getUserDetails {Id} failed.", id);
            throw new McpException($"Microsoft Graph did not answer in time or refused. Try again later. Id for support: {id}");
        }
    }
}

/// <summary>The fields of a person that the model gets, and no others.</summary>
internal sealed record UserDetails(
    string? DisplayName = null, string? UserPrincipalName = null, string? Mail = null, string? JobTitle = null, string? OfficeLocation = null);
