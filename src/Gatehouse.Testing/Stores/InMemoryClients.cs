using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>Registered clients in memory.</summary>
internal sealed class InMemoryClients(InMemoryTable<string, ClientRow> table) : IClientStore
{
    public ValueTask<bool> AddAsync(ClientRow row, int most, int mostOfParty, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            ArgumentNullException.ThrowIfNull(row);
            row.Validate();
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(mostOfParty, 1);
            var known = table.Valid(table.Now).ToList();
            if (known.Exists(one => one.Id == row.Id)) return false;
            var ofParty = known.Where(one => one.Party.Span.SequenceEqual(row.Party.Span)).ToList();
            var rivals = ofParty.Count >= mostOfParty ? ofParty : known.Count >= most ? known : null;
            if (rivals is not null)
            {
                var last = rivals.Where(one => one.Until - one.At <= row.Until - row.At)
                    .OrderBy(one => one.At).ThenBy(one => one.Id, StringComparer.Ordinal).FirstOrDefault();
                if (last is null) return false;
                table.Remove(last.Id);
            }

            table.Put(row.Id, _ => row with { Metadata = row.Metadata.ToArray(), Party = row.Party.ToArray() });
            return true;
        },
        cancellation);

    public ValueTask<ClientRow?> FindAsync(string id, DateTimeOffset now, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return Valid(id, now);
        },
        cancellation);

    public ValueTask<bool> KeepAsync(string id, DateTimeOffset until, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            if (Valid(id, table.Now) is not { } row) return false;
            table.Set(id, row with { Until = row.Until > until ? row.Until : until });
            return true;
        },
        cancellation);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default) => table.RunAsync(
        () =>
        {
            StoredText.Check(id, nameof(id));
            return Valid(id, table.Now) is not null && table.Remove(id);
        },
        cancellation);

    public int CleanUp() => table.CleanUp();

    private ClientRow? Valid(string id, DateTimeOffset now) => table.Find(id) is { } row && row.Until > now ? row : null;
}
