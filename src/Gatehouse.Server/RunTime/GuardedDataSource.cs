using System.Data.Common;

namespace Gatehouse.Server.RunTime;

/// <summary>The data source that the container hands out. Each command of it is judged before it runs.</summary>
internal sealed class GuardedDataSource(DbDataSource inner) : DbDataSource
{
    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection() => new GuardedConnection(inner.CreateConnection());

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }
}
