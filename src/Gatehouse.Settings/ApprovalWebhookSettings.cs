using System.Globalization;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Settings;

/// <summary>A program of the operator that is notified of questions about calls, and that sends signed answers of people.</summary>
public sealed record ApprovalWebhookSettings
{
    /// <summary>The most webhooks.</summary>
    public const int Most = 8;

    /// <summary>The most entries of approvers of one webhook.</summary>
    public const int MostApprovers = 32;

    /// <summary>The most subjects of one entry of approvers.</summary>
    public const int MostSubjects = 64;

    /// <summary>
    /// The most keys of one entry of approvers. With the most entries, an answer of a stranger costs so many checks of a signature.
    /// </summary>
    public const int MostKeys = 4;

    /// <summary>The name: a part of the address of its answers, of entries and of metrics.</summary>
    public required string Name { get; init; }

    /// <summary>The address that receives notifications.</summary>
    public required Uri Url { get; init; }

    /// <summary>The secret with which notifications are authenticated (Standard Webhooks, <c>whsec_</c> and base64).</summary>
    public required SecretReference Secret { get; init; }

    /// <summary>Region of the receiver, which the loader compares with that of the audit log; null where none is named.</summary>
    public string? Region { get; init; }

    /// <summary>The people who may answer here, with the keys that sign their answers; at least one.</summary>
    public required IReadOnlyList<WebhookApprovers> Approvers { get; init; }

    /// <summary>Only questions about these servers; empty for all.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>True where notifications have the arguments of the call in full, and only then people can grant here. Default false.</summary>
    public bool SendsArguments { get; init; }

    /// <summary>True where first uses of tools and first grants of rights for a time are notified too. Default false.</summary>
    public bool SendsAlarms { get; init; }

    /// <summary>
    /// A text that is equal for equal settings. A notification counts only under the settings by which it was made: after a reload that changes the
    /// address, the keys or the people, the nonces that went to the old address open nothing.
    /// </summary>
    public string Identity => string.Join('\n',
    [
        Name, Url.AbsoluteUri, Secret.ToString(), SendsArguments.ToString(CultureInfo.InvariantCulture), string.Join(' ', Servers),
        .. Approvers.Select(static one => one.Identity),
    ]);

    /// <summary>Returns whether questions about a server go to this webhook.</summary>
    public bool IsAbout(string server) => Servers.Count == 0 || Servers.Contains(server, StringComparer.Ordinal);
}

/// <summary>People who may answer by a webhook, and the keys that sign for them and for no one else.</summary>
public sealed record WebhookApprovers
{
    /// <summary>Issuer of the people, as callers and administrators have it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Their subjects at the issuer; at least one.</summary>
    public required IReadOnlyList<string> Subjects { get; init; }

    /// <summary>Groups of each of them, for rules of the policy that name groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Roles of each of them, for rules of the policy that name roles.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The public keys; at least one.</summary>
    public required IReadOnlyList<AnswerKey> Keys { get; init; }

    /// <summary>A text that is equal for equal entries.</summary>
    internal string Identity => string.Join('\n',
        Issuer, string.Join('\t', Subjects), string.Join('\t', Groups), string.Join('\t', Roles),
        string.Join('\t', Keys.Select(static key => key.Thumbprint)));

    /// <summary>Returns whether this entry names a person. Subjects are compared exactly.</summary>
    public bool Has(string issuer, string subject) => Issuer == issuer && Subjects.Contains(subject, StringComparer.Ordinal);
}
