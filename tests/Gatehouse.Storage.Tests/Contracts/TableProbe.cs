using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>What the tables have in common, as the checks of <see cref="TableContract"/> use it: rows by number that come and expire.</summary>
/// <param name="Name">Name of the repository.</param>
/// <param name="AddAsync">Adds the row of a number, or adds it again.</param>
/// <param name="ListAsync">The numbers of the rows that count at the clock's moment, of those below a bound.</param>
/// <param name="AddTextAsync">Adds a row with a text in it.</param>
/// <param name="Life">How long the rows count from the start of a check on; null where they have no end.</param>
internal sealed record TableProbe(
    string Name,
    Func<IStore, int, CancellationToken, Task> AddAsync,
    Func<IStore, DateTimeOffset, int, CancellationToken, Task<IReadOnlyList<string>>> ListAsync,
    Func<IStore, string, Task> AddTextAsync,
    TimeSpan? Life)
{
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    private static DateTimeOffset Until => Samples.Start + HalfAnHour;

    public static IReadOnlyList<TableProbe> All { get; } =
    [
        new(
            "revocations",
            static (store, number, cancellation) => store.Revocations.AddAsync(Samples.Revocation(number, Until), cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.Revocations.ListAsync(now, cancellation).ConfigureAwait(false)).Select(static row => row.Value).Order()],
            static (store, text) => store.Revocations.AddAsync(Samples.Revocation(1, Until) with { Value = text }).AsTask(),
            HalfAnHour),
        new(
            "sessions",
            static (store, number, cancellation) => store.Sessions.AddAsync(Samples.Session(number, Until), cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.Sessions.ListAsync(now, cancellation).ConfigureAwait(false)).Select(static row => row.SessionUid)],
            static (store, text) => store.Sessions.AddAsync(Samples.Session(1, Until) with { SessionUid = text }).AsTask(),
            HalfAnHour),
        new(
            "task owners",
            static (store, number, cancellation) =>
                store.TaskOwners.AddAsync(Samples.Task(number, "owner " + Samples.Number(number), Until), 1000, cancellation).AsTask(),
            FindTasksAsync,
            static (store, text) => store.TaskOwners.AddAsync(Samples.Task(1, "owner", Until) with { Server = text }, 1000).AsTask(),
            HalfAnHour),
        new(
            "quotas",
            static (store, number, cancellation) =>
                store.Quotas.SaveAsync(new QuotaDayRow(Samples.Number(number), Samples.Today, 1, 1), cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.Quotas.ListAsync((int)(now.UtcTicks / TimeSpan.TicksPerDay), cancellation).ConfigureAwait(false))
                    .Select(static row => row.Digest)],
            static (store, text) => store.Quotas.SaveAsync(new QuotaDayRow(text, Samples.Today, 1, 1)).AsTask(),
            TimeSpan.FromHours(15)), // the rest of the day
        new(
            "commands asked for",
            static (store, number, cancellation) => store.CommandApprovals.AskAsync(Samples.Number(number), "name", "{}", cancellation).AsTask(),
            ListCommandsAsync,
            static (store, text) => store.CommandApprovals.AskAsync(text, "name", "{}").AsTask(),
            ICommandApprovalStore.AskedLife),
        new(
            "commands approved",
            static (store, number, cancellation) => store.CommandApprovals.ApproveAsync(Samples.Number(number), "name", "{}", cancellation).AsTask(),
            ListCommandsAsync,
            static (store, text) => store.CommandApprovals.ApproveAsync(text, "name", "{}").AsTask(),
            null),
        new(
            "definition approvals",
            static (store, number, cancellation) =>
                store.DefinitionApprovals.AddAsync(Samples.Definition(number, "ada", Until), cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.DefinitionApprovals.ListAsync(now, cancellation).ConfigureAwait(false))
                    .Select(static row => row.Digest["sha256:".Length..])],
            static (store, text) => store.DefinitionApprovals.AddAsync(Samples.Definition(1, "ada", Until) with { Name = text }).AsTask(),
            HalfAnHour),
        new(
            "secrets",
            static (store, number, cancellation) => store.Secrets.PutAsync(Samples.Secret(number, Until), 1000, cancellation).AsTask(),
            static async (store, _, _, cancellation) =>
                [.. (await store.Secrets.ListAsync(cancellation).ConfigureAwait(false)).Select(static head => head.Name)],
            static (store, text) => store.Secrets.PutAsync(Samples.Secret(1, Until) with { Name = text }, 1000).AsTask(),
            HalfAnHour),
        new(
            "credentials",
            static (store, number, cancellation) => store.Grants.AddCredentialAsync(Credential(number), 1000, cancellation).AsTask(),
            FindCredentialsAsync,
            static (store, text) => store.Grants.AddCredentialAsync(Credential(1) with { GrantId = text }, 1000).AsTask(),
            HalfAnHour),
        new(
            "grants",
            static (store, number, cancellation) => BeginAsync(store, Samples.Grant(number, Until), cancellation),
            static async (store, now, _, cancellation) =>
                [.. (await store.Grants.ListGrantsAsync(null, 1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.Id)],
            static (store, text) => BeginAsync(store, Samples.Grant(1, Until) with { Resource = text }, CancellationToken.None),
            HalfAnHour),
        new(
            "consents",
            static (store, number, cancellation) => store.Consents.PutAsync(Samples.Consent(number, Until), 1000, cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.Consents.ListAsync(null, 1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.ClientId)],
            static (store, text) => store.Consents.PutAsync(Samples.Consent(1, Until) with { ClientName = text }, 1000).AsTask(),
            HalfAnHour),
        new(
            "clients",
            static (store, number, cancellation) => store.Clients.AddAsync(Samples.Client(number, Until), 1000, 1000, cancellation).AsTask(),
            FindClientsAsync,
            static (store, text) => store.Clients.AddAsync(Samples.Client(1, Until) with { Id = text }, 1000, 1000).AsTask(),
            HalfAnHour),
        new(
            "approvals",
            AskAsync,
            static async (store, now, _, cancellation) =>
                [.. (await store.Approvals.ListAsync(null, null, null, 1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.Id)],
            static (store, text) => store.Approvals.AddAsync(Question(1) with { Id = text }, Samples.NumberBounds(1000, 1000)).AsTask(),
            HalfAnHour),
        new(
            "answers",
            AnswerAsync,
            static async (store, now, _, cancellation) =>
                [.. (await store.Approvals.AnswersAsync(Samples.Number(0), now, cancellation).ConfigureAwait(false)).Select(static row => row.Way)],
            static (store, text) => store.Approvals.AnswerAsync(Samples.Answer(0, "ada") with { Way = text }, Until, Samples.Start).AsTask(),
            HalfAnHour),
        new(
            "remembered approvals",
            RememberAsync,
            static async (store, now, _, cancellation) =>
                [.. (await store.RememberedApprovals.ListAsync(1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.Id)],
            static (store, text) =>
                store.RememberedApprovals.AddAsync(Samples.Remembered(1) with { ApprovalId = text, Until = Until }, 1000, 1000).AsTask(),
            HalfAnHour),
        new(
            "quarantine",
            WithholdAsync,
            static async (store, now, _, cancellation) =>
                [.. (await store.Quarantine.ListAsync(null, 1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.Id)],
            static (store, text) => store.Quarantine.AddAsync(Withheld(1) with { Server = text }, Samples.Content(1), Samples.Bounds).AsTask(),
            HalfAnHour),
        new(
            "containments",
            ContainAsync,
            static async (store, now, _, cancellation) =>
                [.. (await store.Containments.ListAsync(now, cancellation).ConfigureAwait(false)).Select(static row => row.Id)],
            static (store, text) => store.Containments.AddAsync(Samples.Containment(1) with { Id = text, Until = Until }, 1000).AsTask(),
            HalfAnHour),
        new(
            "connections",
            static (store, number, cancellation) => store.Connections.PutAsync(Samples.Connection(number, Until), 1000, cancellation).AsTask(),
            static async (store, now, _, cancellation) =>
                [.. (await store.Connections.ListAsync(null, 1000, now, cancellation).ConfigureAwait(false)).Select(static row => row.Server)],
            static (store, text) => store.Connections.PutAsync(Samples.Connection(1, Until) with { Server = text }, 1000).AsTask(),
            HalfAnHour),
    ];

    private static async Task<IReadOnlyList<string>> ListCommandsAsync(IStore store, DateTimeOffset now, int below, CancellationToken cancellation) =>
        [.. (await store.CommandApprovals.ListAsync(cancellation).ConfigureAwait(false)).Select(static row => row.Digest).Order()];

    // Only what is noted goes when its time is over.
    private static async Task AskAsync(IStore store, int number, CancellationToken cancellation)
    {
        await store.Approvals.AddAsync(Question(number), Samples.NumberBounds(1000, 1000), cancellation).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(number), ApprovalState.Open, cancellation).ConfigureAwait(false);
    }

    // All answers belong to one question, of which more people are needed than answer.
    private static async Task AnswerAsync(IStore store, int number, CancellationToken cancellation)
    {
        await store.Approvals.AddAsync(Samples.Approval(0, needed: 1000), Samples.NumberBounds(1000, 1000), cancellation).ConfigureAwait(false);
        await store.Approvals.NoteAsync(Samples.Number(0), ApprovalState.Open, cancellation).ConfigureAwait(false);
        var answer = Samples.Answer(0, Samples.Number(number)) with
        {
            Way = Samples.Number(number),
            At = Samples.Start.AddTicks(number),
            Until = Until,
        };
        await store.Approvals.AnswerAsync(answer, Until, Samples.Start, cancellation).ConfigureAwait(false);
        await store.Approvals.NoteAnswerAsync(answer.ApprovalId, answer.Person, cancellation).ConfigureAwait(false);
    }

    private static async Task RememberAsync(IStore store, int number, CancellationToken cancellation)
    {
        await store.RememberedApprovals.AddAsync(Samples.Remembered(number) with { Until = Until }, 1000, 1000, cancellation).ConfigureAwait(false);
        await store.RememberedApprovals.NoteAsync(Samples.Number(number), false, cancellation).ConfigureAwait(false);
    }

    private static async Task WithholdAsync(IStore store, int number, CancellationToken cancellation)
    {
        await store.Quarantine.AddAsync(Withheld(number), Samples.Content(number), Samples.Bounds, cancellation).ConfigureAwait(false);
        await store.Quarantine.NoteAsync(Samples.Number(number), QuarantineState.Kept, cancellation).ConfigureAwait(false);
    }

    private static async Task ContainAsync(IStore store, int number, CancellationToken cancellation)
    {
        await store.Containments.AddAsync(Samples.Containment(number) with { Until = Until }, 1000, cancellation).ConfigureAwait(false);
        await store.Containments.NoteAsync(Samples.Number(number), false, cancellation).ConfigureAwait(false);
    }

    private static ApprovalRow Question(int number) => Samples.Approval(number) with { Expires = Until, Until = Until };

    private static QuarantinedResultRow Withheld(int number) => Samples.Withheld(number) with { Expires = Until, Until = Until };

    private static CredentialRow Credential(int number) => Samples.Credential(CredentialKind.SignInState, number, until: Until);

    // A grant begins when a credential is spent.
    private static async Task BeginAsync(IStore store, GrantRow grant, CancellationToken cancellation)
    {
        var confirmation = Samples.Credential(CredentialKind.Confirmation, Convert.ToInt32(grant.Id, 16), until: Until);
        await store.Grants.AddCredentialAsync(confirmation, 1000, cancellation).ConfigureAwait(false);
        await store.Grants.SpendAsync(confirmation.Kind, confirmation.Digest, default, [], grant, 1000, Samples.Start, cancellation)
            .ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<string>> FindCredentialsAsync(
        IStore store, DateTimeOffset now, int below, CancellationToken cancellation)
    {
        List<string> found = [];
        for (var number = 0; number < below; number++)
        {
            var row = Credential(number);
            if (await store.Grants.FindCredentialAsync(row.Kind, row.Digest, now, cancellation).ConfigureAwait(false) is not null)
                found.Add(Samples.Number(number));
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> FindClientsAsync(IStore store, DateTimeOffset now, int below, CancellationToken cancellation)
    {
        List<string> found = [];
        for (var number = 0; number < below; number++)
        {
            if (await store.Clients.FindAsync(Samples.Number(number), now, cancellation).ConfigureAwait(false) is { } row) found.Add(row.Id);
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> FindTasksAsync(IStore store, DateTimeOffset now, int below, CancellationToken cancellation)
    {
        List<string> found = [];
        for (var number = 0; number < below; number++)
        {
            var task = Samples.Task(number, "", now);
            if (await store.TaskOwners.FindAsync(task.Server, task.Task, now, cancellation).ConfigureAwait(false) is not null)
                found.Add(Samples.Number(number));
        }

        return found;
    }
}
