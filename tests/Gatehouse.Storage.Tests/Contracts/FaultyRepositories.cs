using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>Returns revocations as they come.</summary>
internal sealed class UnorderedRevocations(IRevocationStore inner) : IRevocationStore
{
    public ValueTask AddAsync(RevocationRow row, CancellationToken cancellation) => inner.AddAsync(row, cancellation);

    public async ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        [.. (await inner.ListAsync(now, cancellation)).Reverse()];
}

/// <summary>Has a revocation end when a shorter one of the same token comes.</summary>
internal sealed class ShortenedRevocations(IRevocationStore inner) : IRevocationStore
{
    private readonly Dictionary<string, RevocationRow> rows = [];

    public async ValueTask AddAsync(RevocationRow row, CancellationToken cancellation)
    {
        await inner.AddAsync(row, cancellation);
        lock (rows) rows[row.Value] = row;
    }

    public async ValueTask<IReadOnlyList<RevocationRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await inner.ListAsync(now, cancellation);
        lock (this.rows) return [.. rows.Select(row => this.rows.GetValueOrDefault(row.Value) ?? row)];
    }
}

/// <summary>Sessions with faults that are chosen one by one.</summary>
internal sealed class FaultySessions(ISessionStore inner) : ISessionStore
{
    public bool NeverExpire { get; init; }

    public bool ComeBack { get; init; }

    public bool ComeTwice { get; init; }

    public bool ChangeTexts { get; init; }

    public ValueTask AddAsync(OpenSessionRow row, CancellationToken cancellation) => inner.AddAsync(
        ChangeTexts ? row with { SessionUid = string.Concat(row.SessionUid.Where(char.IsAsciiLetterOrDigit).Take(100)) } : row, cancellation);

    public ValueTask<bool> RemoveAsync(string sessionUid, CancellationToken cancellation) =>
        ComeBack ? ValueTask.FromResult(true) : inner.RemoveAsync(sessionUid, cancellation);

    public async ValueTask<IReadOnlyList<OpenSessionRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await inner.ListAsync(NeverExpire ? DateTimeOffset.MinValue : now, cancellation);
        return ComeTwice ? [.. rows, .. rows] : rows;
    }
}

/// <summary>Answers a claim before the claims that it depends on are written.</summary>
internal sealed class LateTaskOwners(ITaskOwnerStore inner) : ITaskOwnerStore
{
    private readonly List<(TaskOwnerRow Row, int Most)> late = [];

    public int RowLimit => inner.RowLimit;

    public async ValueTask<bool> AddAsync(TaskOwnerRow row, int mostOfCaller, CancellationToken cancellation)
    {
        if (await inner.FindAsync(row.Server, row.Task, StartOfAll, cancellation) is { } owner && !owner.AsSpan().SequenceEqual(row.Owner.Span))
            return false;
        lock (late) late.Add((row, mostOfCaller));
        return true;
    }

    public async ValueTask<byte[]?> FindAsync(string server, ReadOnlyMemory<byte> task, DateTimeOffset now, CancellationToken cancellation)
    {
        (TaskOwnerRow Row, int Most)[] late;
        lock (this.late)
        {
            late = [.. this.late];
            this.late.Clear();
        }

        foreach (var (row, most) in late) await inner.AddAsync(row, most, cancellation);
        return await inner.FindAsync(server, task, now, cancellation);
    }

    private static DateTimeOffset StartOfAll => DateTimeOffset.MinValue;
}

/// <summary>Saves what comes last, whatever was counted before.</summary>
internal sealed class ForgetfulQuotas : IQuotaStore
{
    private readonly Dictionary<string, QuotaDayRow> rows = [];

    public ValueTask SaveAsync(QuotaDayRow row, CancellationToken cancellation)
    {
        lock (rows) rows[row.Digest] = row;
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<QuotaDayRow>> ListAsync(int day, CancellationToken cancellation)
    {
        lock (rows) return ValueTask.FromResult<IReadOnlyList<QuotaDayRow>>(
            [.. rows.Values.Where(row => row.Day == day).OrderBy(row => row.Digest, StringComparer.Ordinal)]);
    }
}

/// <summary>Goes on whoever has gone.</summary>
internal sealed class RestlessCommandApprovals(ICommandApprovalStore inner) : ICommandApprovalStore
{
    public ValueTask AskAsync(string digest, string name, string content, CancellationToken cancellation) =>
        inner.AskAsync(digest, name, content, CancellationToken.None);

    public ValueTask ApproveAsync(string digest, string name, string content, CancellationToken cancellation) =>
        inner.ApproveAsync(digest, name, content, CancellationToken.None);

    public ValueTask<bool> RevokeAsync(string digest, CancellationToken cancellation) => inner.RevokeAsync(digest, CancellationToken.None);

    public ValueTask<CommandRow?> FindAsync(string digest, CancellationToken cancellation) => inner.FindAsync(digest, CancellationToken.None);

    public ValueTask<IReadOnlyList<CommandRow>> ListAsync(CancellationToken cancellation) => inner.ListAsync(CancellationToken.None);
}

/// <summary>Keeps approvals and revocations apart, so that neither ends the other.</summary>
internal sealed class ContradictoryApprovals(IDefinitionApprovalStore approvals, IDefinitionApprovalStore revocations) : IDefinitionApprovalStore
{
    public ValueTask AddAsync(DefinitionApprovalRow row, CancellationToken cancellation) =>
        (row.IsRevocation ? revocations : approvals).AddAsync(row, cancellation);

    public ValueTask AddSeenAsync(DefinitionApprovalRow row, CancellationToken cancellation) => approvals.AddAsync(row, cancellation);

    public ValueTask MoveAsync(string server, string before, string now, CancellationToken cancellation) => ValueTask.CompletedTask;

    public async ValueTask<IReadOnlyList<DefinitionApprovalRow>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        [.. await approvals.ListAsync(now, cancellation), .. await revocations.ListAsync(now, cancellation)];
}

/// <summary>Replaces keys of secrets without a look at the present one, and knows no bound of an owner.</summary>
internal sealed class BlindSecrets(ISecretStore inner) : ISecretStore
{
    public ValueTask<bool> PutAsync(SecretRow row, int mostOfOwner, CancellationToken cancellation) =>
        inner.PutAsync(row, int.MaxValue, cancellation);

    public async ValueTask<bool> ReplaceKeyAsync(SecretHead head, ReadOnlyMemory<byte> sealedKey, CancellationToken cancellation) =>
        await inner.FindAsync(head.Purpose, head.Owner, head.Name, cancellation) is { } row
        && await inner.PutAsync(row with { SealedKey = sealedKey }, int.MaxValue, cancellation);

    public ValueTask<bool> RemoveAsync(string purpose, string owner, string name, CancellationToken cancellation) =>
        inner.RemoveAsync(purpose, owner, name, cancellation);

    public ValueTask<SecretRow?> FindAsync(string purpose, string owner, string name, CancellationToken cancellation) =>
        inner.FindAsync(purpose, owner, name, cancellation);

    public ValueTask<IReadOnlyList<SecretHead>> ListAsync(CancellationToken cancellation) => inner.ListAsync(cancellation);
}

/// <summary>Has no bound and no order of consents, and brings back what was removed.</summary>
internal sealed class FaultyConsents(IConsentStore inner) : IConsentStore
{
    public ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation) => inner.PutAsync(row, int.MaxValue, cancellation);

    public ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation) =>
        inner.FindAsync(subject, clientId, resource, now, cancellation);

    public async ValueTask<IReadOnlyList<ConsentRow>> ListAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation) =>
        [.. (await inner.ListAsync(subject, most, now, cancellation)).Reverse()];

    public async ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation) =>
        await inner.FindAsync(subject, clientId, resource, DateTimeOffset.MinValue, cancellation) is not null;
}

/// <summary>Registered clients with faults that are chosen one by one.</summary>
internal sealed class FaultyClients(IClientStore inner) : IClientStore
{
    private readonly Dictionary<string, DateTimeOffset> kept = [];
    private string? oldest;

    public bool HasNoBound { get; init; }

    public bool DropsOldest { get; init; }

    public bool Shortens { get; init; }

    public async ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation)
    {
        if (HasNoBound) return await inner.AddAsync(row, int.MaxValue, int.MaxValue, cancellation);
        oldest ??= row.Id;
        if (await inner.AddAsync(row, most, mostOfParty, cancellation)) return true;
        return DropsOldest && await inner.RemoveAsync(oldest, cancellation) && await inner.AddAsync(row, most, mostOfParty, cancellation);
    }

    public async ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation) =>
        await inner.FindAsync(id, now, cancellation) is { } row && !(kept.GetValueOrDefault(id, DateTimeOffset.MaxValue) <= now) ? row : null;

    public ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation)
    {
        if (Shortens) kept[id] = until;
        return inner.KeepAsync(id, until, cancellation);
    }

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation) => inner.RemoveAsync(id, cancellation);
}
