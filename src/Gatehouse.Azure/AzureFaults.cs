using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Azure;

/// <summary>
/// Faults of the clients of Azure in words of this program. Their own messages quote answers, which may hold tokens and secrets, and text of whoever
/// answered (CWE-209, CWE-532): none of it is taken over, except the number of an error of Entra and a code of Key Vault from a closed list.
/// </summary>
internal static partial class AzureFaults
{
    /// <summary>Codes of Key Vault for a secret that is no longer given to anyone.</summary>
    private static readonly string[] Gone = ["SecretNotFound", "SecretDisabled", "SecretExpired", "SecretNotYetValid"];

    /// <summary>Returns cause and remedy of a token that was not given.</summary>
    public static string OfToken(AzureIdentityKind kind, Exception fault)
    {
        if (Of(fault) is { } cause) return $"{Words(kind)} gives no token: {cause}";
        if (kind == AzureIdentityKind.Managed)
            return "the managed identity gives no token; assign one to this machine, container or app, and for a user-assigned identity name its clientId";
        var number = Numbered(fault);
        return $"Entra gives no token for the workload identity{(number is null ? "" : $" ({number})")}; check that the federated credential of the "
            + "application names this cluster and service account, and that the file of AZURE_FEDERATED_TOKEN_FILE is readable";
    }

    /// <summary>Returns the fault of a secret that was not read.</summary>
    public static VaultReadException OfSecret(VaultSettings vault, string shown, Exception fault)
    {
        var place = $"the secret {shown} at {vault.Url.Host}";
        if (Find<AzureTokenException>(fault) is { } own) return new($"{place} cannot be read: {own.Message}", false, fault);
        if (Find<AuthenticationFailedException>(fault) is { } failed)
            return new($"{place} cannot be read: {OfToken(vault.Identity, failed)}", false, fault);
        if (Of(fault) is { } cause) return new($"{place} cannot be read: {cause}", false, fault);
        if (Find<RequestFailedException>(fault) is not { Status: > 0 } answer)
            return new($"{place} cannot be read: the answer is not that of a vault; check the url of the vault", false, fault);
        var code = CodeOf(answer);
        var isGone = Array.IndexOf(Gone, code) >= 0;
        return new(isGone ? $"{place} {Words(code)}" : $"{place} cannot be read: {Words(answer.Status)}", isGone, fault);
    }

    /// <summary>Returns the fault of a secret whose state forbids its use.</summary>
    public static VaultReadException OfState(VaultSettings vault, string shown, string code) =>
        new($"the secret {shown} at {vault.Url.Host} {Words(code)}", isGone: true);

    private static string? Of(Exception fault)
    {
        if (Find<DestinationRefusedException>(fault) is { } refused) return refused.Message;
        if (Find<OperationCanceledException>(fault) is not null) return "no answer came in time";
        if (Find<System.Security.Authentication.AuthenticationException>(fault) is not null) return "the certificate of the address is not accepted";
        if (Find<System.Net.Sockets.SocketException>(fault) is { } socket) return $"no connection ({socket.SocketErrorCode})";
        return Find<HttpRequestException>(fault) is not null ? "the answer is not complete, or larger than the gateway reads" : null;
    }

    private static string Words(AzureIdentityKind kind) =>
        kind == AzureIdentityKind.Managed ? "the endpoint of managed identities" : "the login service of the workload identity";

    private static string Words(string? code) => code switch
    {
        "SecretNotFound" => "does not exist; create it, or correct its name or version in the configuration",
        "SecretDisabled" => "is disabled; enable the version, or set a new one",
        "SecretExpired" => "is past its end; set a new version, or change the end of this one",
        _ => "is before its beginning; change the beginning of the version",
    };

    private static string Words(int status) => status switch
    {
        401 => "the vault does not accept the token of the identity (status 401); check that identity and vault belong to the same tenant",
        403 => "the identity may not read secrets of the vault, or its firewall refuses this address (status 403); give the identity the role "
            + "Key Vault Secrets User, and check the network rules of the vault",
        429 => "the vault limits the rate of requests (status 429); raise 'recheck', or use fewer references",
        >= 300 and < 400 => $"the address answers with a redirect (status {Text(status)}); check the url of the vault",
        _ => $"the vault answers with status {Text(status)}",
    };

    // The code is in the answer only, and there may be another one inside it.
    private static string? CodeOf(RequestFailedException fault)
    {
        try
        {
            if (fault.GetRawResponse()?.Content is not { } content) return fault.ErrorCode;
            using var body = JsonDocument.Parse(content);
            if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("error", out var error)) return null;
            for (var depth = 0; depth < 4 && error.ValueKind == JsonValueKind.Object; depth++)
            {
                if (error.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String && Array.IndexOf(Gone, code.GetString()) >= 0)
                    return code.GetString();
                if (!error.TryGetProperty("innererror", out error)) return null;
            }
        }
        catch (JsonException)
        {
            // No answer of a vault. Its status says the rest.
        }

        return null;
    }

    private static string? Numbered(Exception fault)
    {
        for (var one = fault; one is not null; one = one.InnerException!)
        {
            if (Number().Match(one.Message) is { Success: true } match) return match.Value;
        }

        return null;
    }

    private static T? Find<T>(Exception? fault)
        where T : Exception
    {
        for (var depth = 0; fault is not null && depth < 16; depth++)
        {
            if (fault is T found) return found;
            if (fault is AggregateException { InnerExceptions.Count: > 0 } several) fault = several.InnerExceptions[^1];
            else fault = fault.InnerException;
        }

        return null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("AADSTS[0-9]{5,8}", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
