using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>
/// The client of Microsoft Graph for assignments of Entra PIM, and for registrations of applications. It follows no redirect, reads bounded answers,
/// and the guard for outgoing requests judges each address.
/// </summary>
/// <remarks>
/// "List assignmentScheduleInstances" (privileged access group; permission PrivilegedAssignmentSchedule.Read.AzureADGroup), "List
/// roleAssignmentScheduleInstances" (permission RoleAssignmentSchedule.Read.Directory) and "Paging Microsoft Graph data in your app" on
/// learn.microsoft.com.
/// </remarks>
internal sealed class EntraGraph : IDisposable
{
    /// <summary>The most pages of one answer.</summary>
    public const int MostPages = 5;

    /// <summary>The longest page, in bytes: 256 KiB.</summary>
    public const int MostBytes = 256 << 10;

    private const string Groups = "/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances";
    private const string Roles = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";

    private readonly IssuerSettings issuer;
    private readonly EntraGraphSettings settings;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker invoker;
    private readonly IssuerConnection connection;
    private readonly TokenCell token;
    private long pausedUntil;

    /// <summary>Creates the client.</summary>
    /// <param name="issuer">The issuer, with connection and client.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="handlers">Handlers for outgoing requests.</param>
    /// <param name="secrets">Reads the secret of the application.</param>
    /// <param name="time">The clock.</param>
    public EntraGraph(
        IssuerSettings issuer, Guid tenant, OutboundHandlers handlers, Func<SecretReference, SecretText> secrets, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        (this.issuer, settings, this.time, Tenant) = (issuer, issuer.Graph!, time, tenant);
        invoker = new HttpMessageInvoker(handlers.Create(DestinationTrust.Configured, [], settings.Timeout));
        (connection, token) = (new IssuerConnection(issuer, issuer.Client!, handlers, secrets, time), new TokenCell(time));
    }

    /// <summary>The connection.</summary>
    public EntraGraphSettings Settings => settings;

    /// <summary>The application.</summary>
    public IssuerClientSettings Client => issuer.Client!;

    /// <summary>The tenant.</summary>
    public Guid Tenant { get; }

    /// <summary>The moment until which the service asked for no further question; null for none.</summary>
    public DateTimeOffset? PausedUntil
    {
        get => Interlocked.Read(ref pausedUntil) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Interlocked.Exchange(ref pausedUntil, value?.UtcTicks ?? 0);
    }

    /// <summary>Returns the assignments that Entra has now for a person and a group or role. An eligible one is not among them.</summary>
    /// <exception cref="EntraFaultException">There is no answer that counts.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<IReadOnlyList<EntraPeriod>> FindAsync(EntraAssignment assignment, Guid person, CancellationToken cancellation)
    {
        var first = AddressOf(assignment, person);
        var (next, found) = (first, new List<EntraPeriod>());
        for (var page = 0; page < MostPages; page++)
        {
            var root = await GetAsync(next, cancellation).ConfigureAwait(false);
            if (!root.TryGetProperty("value", out var entries) || entries.ValueKind != JsonValueKind.Array)
                throw new EntraFaultException("the answer of Microsoft Graph has no list");
            foreach (var entry in entries.EnumerateArray())
            {
                if (EntraPeriod.Read(entry, assignment, person) is { } period) found.Add(period);
            }

            if (!root.TryGetProperty("@odata.nextLink", out var link)) return found;
            next = NextOf(link, first);
        }

        throw new EntraFaultException("the answer of Microsoft Graph has too many pages");
    }

    /// <summary>Returns the answer to one question.</summary>
    /// <param name="path">The path of the question, with its parameters.</param>
    /// <param name="cancellation">Ends the question.</param>
    /// <exception cref="EntraFaultException">There is no answer that counts.</exception>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => GetAsync(new Uri(settings.Origin, path), cancellation);

    /// <inheritdoc />
    public void Dispose()
    {
        invoker.Dispose();
        connection.Dispose();
    }

    private Uri AddressOf(EntraAssignment assignment, Guid person)
    {
        var (path, filter) = assignment.Kind == EntraAssignmentKind.Group
            ? (Groups, $"groupId eq '{assignment.Id:D}' and principalId eq '{person:D}'")
            : (Roles, $"principalId eq '{person:D}' and roleDefinitionId eq '{assignment.Id:D}'");
        return new Uri(settings.Origin, $"{path}?$filter={Uri.EscapeDataString(filter)}");
    }

    // Threat: an address in an answer takes the token of the application to another host (CWE-918, MCP rows E01 to E05).
    private static Uri NextOf(JsonElement link, Uri first) =>
        link.ValueKind == JsonValueKind.String && Uri.TryCreate(link.GetString(), UriKind.Absolute, out var next)
            && next.GetLeftPart(UriPartial.Path) == first.GetLeftPart(UriPartial.Path) && next.UserInfo.Length == 0
            ? next : throw new EntraFaultException("the answer of Microsoft Graph continues at another address");

    private async Task<IssuedToken> TokenAsync(CancellationToken cancellation)
    {
        var grant = $"grant_type=client_credentials&scope={Uri.EscapeDataString(new Uri(settings.Origin, "/.default").AbsoluteUri)}";
        try
        {
            return await token.GetAsync(
                () => connection.Tokens.RequestAsync(grant, IssuedTokenCheck.Any, CancellationToken.None), cancellation).ConfigureAwait(false);
        }
        catch (TokenFaultException fault)
        {
            throw new EntraFaultException(fault.Message, fault.Pause);
        }
    }

    private async Task<JsonElement> GetAsync(Uri address, CancellationToken cancellation)
    {
        var issued = await TokenAsync(cancellation).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issued.Token.Reveal().ToString());
        using var response = await invoker.SendAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized) token.Drop(issued);
        return await EntraAnswer.ReadAsync(response, "Microsoft Graph", MostBytes, time, cancellation).ConfigureAwait(false);
    }
}
