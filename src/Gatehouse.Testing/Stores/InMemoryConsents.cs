using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Consents in memory.</summary>
internal sealed class InMemoryConsents(InMemoryTable<(string Subject, string ClientId, string Resource), ConsentRow> table) : IConsentStore
{
    public async ValueTask PutAsync(ConsentRow row, int mostOfSubject, CancellationToken cancellation = default) => await table.RunAsync(
        () =>
        {
            ArgumentNullException.ThrowIfNull(row);
            row.Validate();
            ArgumentOutOfRangeException.ThrowIfLessThan(mostOfSubject, 1);
            var oldest = table.Valid(table.Now).Where(one => one.Subject == row.Subject && Key(one) != Key(row))
                .OrderByDescending(static one => one.At).Skip(mostOfSubject - 1).ToList();
            oldest.ForEach(one => table.Remove(Key(one)));
            table.Put(Key(row), _ => row);
            return true;
        },
        cancellation).ConfigureAwait(false);

    public ValueTask<ConsentRow?> FindAsync(
        string subject, string clientId, string resource, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
            () =>
            {
                Check(subject, clientId, resource);
                return table.Find((subject, clientId, resource)) is { } row && row.Until > now ? row : null;
            },
            cancellation);

    public ValueTask<IReadOnlyList<ConsentRow>> ListAsync(
        string? subject, int most, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync<IReadOnlyList<ConsentRow>>(
            () =>
            {
                if (subject is not null) StoredText.Check(subject, nameof(subject));
                ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
                return
                [
                    .. table.Valid(now).Where(row => subject is null || row.Subject == subject)
                        .OrderBy(static row => row.Subject, StringComparer.Ordinal).ThenBy(static row => row.ClientId, StringComparer.Ordinal)
                        .ThenBy(static row => row.Resource, StringComparer.Ordinal).Take(most),
                ];
            },
            cancellation);

    public ValueTask<bool> RemoveAsync(string subject, string clientId, string resource, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            Check(subject, clientId, resource);
            return table.Find((subject, clientId, resource)) is { } row && row.Until > table.Now && table.Remove(Key(row));
        },
        cancellation);

    public int CleanUp() => table.CleanUp();

    private static (string Subject, string ClientId, string Resource) Key(ConsentRow row) => (row.Subject, row.ClientId, row.Resource);

    private static void Check(string subject, string clientId, string resource)
    {
        StoredText.Check(subject, nameof(subject));
        StoredText.Check(clientId, nameof(clientId));
        StoredText.Check(resource, nameof(resource));
    }
}
