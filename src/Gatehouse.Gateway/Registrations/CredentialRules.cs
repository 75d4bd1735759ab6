using System.Globalization;
using System.Text.RegularExpressions;
using static Gatehouse.Gateway.Registrations.RegistrationVerdict;
using Fault = (string Path, string Words, string Command);

namespace Gatehouse.Gateway.Registrations;

/// <summary>Rules about secrets, certificates and federated credentials of confidential clients.</summary>
internal static partial class CredentialRules
{
    /// <summary>The time before the end of a credential in which it is reported.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromDays(30);

    /// <summary>The longest life of a secret: 180 days, which Microsoft recommends.</summary>
    public static readonly TimeSpan LongestSecret = TimeSpan.FromDays(180);

    /// <summary>The longest life of a certificate: 398 days, as of certificates of web servers.</summary>
    public static readonly TimeSpan LongestCertificate = TimeSpan.FromDays(398);

    private const int SecretsOfARotation = 2;
    private const string Exchange = "api://AzureADTokenExchange";

    // The audiences that Microsoft documents: the worldwide cloud, US Government, and China. Another one may be a service's own.
    private static readonly string[] Audiences = [Exchange, Exchange + "USGov", Exchange + "China"];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<RegistrationRule> All { get; } =
    [
        new("credential-expired", Fails, "a secret or certificate has ended",
            "What still uses it cannot sign in. What does not is a leftover that hides the one in use.", "Delete it.")
        {
            Find = static one => In(one, static (credential, now) => credential.End <= now,
                static credential => $"the {credential.Word} ended on {Day(credential)}", Delete),
        },
        new("credential-near-expiry", Fails, "a secret or certificate ends within 30 days",
            "When it ends, no person can sign in until the server has another one.",
            "Add the next one, let the server use it, and then delete the old one.")
        {
            Find = static one => In(one, static (credential, now) => credential.End > now && credential.End - now <= Near,
                static credential => $"the {credential.Word} ends on {Day(credential)}", Renew),
        },
        // Threat: a secret that leaked serves the attacker for years (CWE-324).
        new("credential-long-lived", Limited, "a secret lives longer than 180 days, a certificate longer than 398, or there is no end",
            "A copy of it serves an attacker until its end.",
            "Add one with a shorter life, let the server use it, and then delete this one. Better: [no secret](secretless.md).")
        {
            Find = static one => In(one, static (credential, now) => credential.End is not { } end
                || (end > now && end - (credential.Start ?? DateTimeOffset.MinValue) > Longest(credential)),
                static credential => credential.End is null ? $"the {credential.Word} has no end that can be read"
                    : $"the {credential.Word} counts until {Day(credential)}, longer than {Days(Longest(credential))}", Renew),
        },
        new("several-secrets", Limited, "there are more than two secrets",
            "A change of secrets needs two for a time. Each further one is a leftover.", "Delete those that no server uses.")
        {
            Find = static one => from credential in one.App.Credentials.Where(static credential => !credential.IsCertificate).Skip(SecretsOfARotation)
                                 where !one.IsLocal
                                 select (credential.Path, "a change of secrets needs two, and this is a further one", Delete(one, credential)),
        },
        // Threat: a token that many workloads or every pull request can get is a credential of the application (CWE-284).
        new("federated-wide-subject", Fails,
            "the subject of a federated credential has a wildcard, is one of pull requests, or is an expression that does not pin it: "
            + "`claims['sub'] eq 'SUBJECT'`",
            "Every workload, branch or pull request whose token fits becomes the application.",
            "Name one subject: one environment, branch or service account.")
        {
            Find = static one => Of(one, IsWide, static trusted => $"more than one workload fits the subject {trusted.Subject}"),
        },
        new("federated-audience", Fails, "a federated credential has another audience than `api://AzureADTokenExchange`",
            "A token that the workload shows to another service is then good for signing in as the application.",
            "Let the workload ask for a token with this audience only. In national clouds it is `api://AzureADTokenExchangeUSGov` or "
            + "`api://AzureADTokenExchangeChina`.")
        {
            Find = static one => Of(one, static trusted => trusted.Audiences.Count == 0
                || trusted.Audiences.Any(static audience => !Audiences.Contains(audience)),
                static trusted => $"the audience is not only {Exchange}: {string.Join(", ", trusted.Audiences)}"),
        },
        new("federated-issuer", Fails, "the issuer of a federated credential has no `https:` URL",
            "Keys of the issuer that come in clear are those of an attacker on the way.", "Name the issuer by its `https:` URL.")
        {
            Find = static one => Of(one, static trusted => !trusted.Issuer.StartsWith("https://", StringComparison.Ordinal),
                static trusted => $"the issuer is not of https: {trusted.Issuer}"),
        },
    ];

    /// <summary>Returns the command that deletes a credential.</summary>
    public static string Delete(Examination one, RegisteredCredential credential)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(credential);
        var key = credential.KeyId?.ToString("D") ?? "KEY-ID";
        return $"az ad app credential delete --id {one.Id} --key-id {key}{(credential.IsCertificate ? " --cert" : "")}";
    }

    // The next one first: without --append, a reset deletes the credential that the server uses.
    private static string Renew(Examination one, RegisteredCredential credential)
    {
        var end = (one.Demands.Now + LongestSecret).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var next = credential.IsCertificate ? "--cert @CERTIFICATE.pem" : $"--end-date {end}";
        return $"az ad app credential reset --id {one.Id} --append {next}\n{Delete(one, credential)} # when the server uses the next one";
    }

    private static IEnumerable<Fault> In(
        Examination one, Func<RegisteredCredential, DateTimeOffset, bool> isFault,
        Func<RegisteredCredential, string> words, Func<Examination, RegisteredCredential, string> command) =>
        from credential in one.App.Credentials
        where !one.IsLocal && isFault(credential, one.Demands.Now) // a local server has to delete each one
        select (credential.Path, words(credential), command(one, credential));

    private static IEnumerable<Fault> Of(
        Examination one, Func<FederatedCredential, bool> isFault, Func<FederatedCredential, string> words) =>
        from trusted in one.App.Federated ?? []
        where isFault(trusted)
        select (trusted.Path, words(trusted), $"az ad app federated-credential update --id {one.Id} "
            + $"--federated-credential-id {trusted.Id?.ToString("D") ?? "ID"} --parameters @CREDENTIAL.json");

    private static bool IsWide(FederatedCredential trusted)
    {
        var subject = trusted.IsExpression ? PinnedSubject().Match(trusted.Subject).Groups["subject"].Value : trusted.Subject;
        return subject.Length == 0 || subject.ContainsAny('*', '?') || subject.EndsWith(":pull_request", StringComparison.Ordinal);
    }

    // "Flexible federated identity credentials", learn.microsoft.com: comparisons that are all to hold, joined by 'and'. One of another claim,
    // such as the owner of a repository, leaves the subject open.
    [GeneratedRegex(
        @"\A(?:claims\['[^']*'\] (?:eq|matches) '[^']*' and )*claims\['sub'\] eq '(?<subject>[^']*)'"
        + @"(?: and claims\['[^']*'\] (?:eq|matches) '[^']*')*\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex PinnedSubject();

    private static string Day(RegisteredCredential credential) =>
        credential.End?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static TimeSpan Longest(RegisteredCredential credential) => credential.IsCertificate ? LongestCertificate : LongestSecret;

    private static string Days(TimeSpan time) => $"{time.TotalDays.ToString(CultureInfo.InvariantCulture)} days";
}
