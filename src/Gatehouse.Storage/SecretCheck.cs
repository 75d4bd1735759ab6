using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>A look at the secrets of a store that changes nothing: it makes no file and migrates no schema.</summary>
public static class SecretCheck
{
    private const string Find = "SELECT sealed_key FROM secrets WHERE key = $1 AND valid_until > $2";

    /// <summary>Returns the state of a secret without opening it: whether it is there, and whether the ring has its key.</summary>
    /// <param name="storePath">The file of the store.</param>
    /// <param name="ringPath">The file of the key ring.</param>
    /// <param name="place">The place of the secret.</param>
    /// <param name="now">The moment at which it has to count.</param>
    /// <exception cref="StoreException">The store is there and cannot be read.</exception>
    /// <exception cref="KeyRingException">The ring is there and cannot be read.</exception>
    public static SecretState Of(string storePath, string ringPath, SecretPlace place, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (!File.Exists(storePath) || ReadKey(storePath, place, now) is not { } sealedKey) return SecretState.Missing;
        var hasKey = File.Exists(ringPath) && KeyRing.OpenOrCreate(ringPath, TimeProvider.System).HasKeyOf(sealedKey);
        return hasKey ? SecretState.Open : SecretState.KeyLost;
    }

    private static byte[]? ReadKey(string path, SecretPlace place, DateTimeOffset now)
    {
        SqliteLibrary.EnsureLoaded();
        try
        {
            using var connection = StoreConnection.OpenReader(path);
            using var table = StatementCache.Take(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'secrets'", []);
            if (table.ExecuteScalar() is null) return null;
            using var command = StatementCache.Take(connection, Find, [RowKey.Of(place.Purpose, place.Owner, place.Name), now.UtcTicks]);
            return command.ExecuteScalar() as byte[];
        }
        catch (SqliteException fault)
        {
            throw StoreConnection.Explain(path, fault);
        }
    }
}
