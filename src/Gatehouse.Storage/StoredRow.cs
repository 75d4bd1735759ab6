using System.Data.Common;

namespace Gatehouse.Storage;

/// <summary>The columns of one row, typed as the tables have them.</summary>
internal readonly struct StoredRow(DbDataReader reader)
{
    /// <summary>Returns whether the column has no value, as those of an outer join where nothing fits.</summary>
    public bool IsMissing(int column) => reader.IsDBNull(column);

    public string Text(int column) => reader.GetString(column);

    public long Number(int column) => reader.GetInt64(column);

    public bool Flag(int column) => reader.GetInt64(column) != 0;

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>Reads a moment that the table has in ticks.</summary>
    public DateTimeOffset Moment(int column) => new(reader.GetInt64(column), TimeSpan.Zero);
}
