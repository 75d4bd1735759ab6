using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ModelContextProtocol.Server;
using Npgsql;

namespace Cases.Queries;

public sealed class Person
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public sealed class Shop : DbContext
{
    public DbSet<Person> People => Set<Person>();
}

public enum Order
{
    Name,
    Age,
}

public sealed record Filter(string Column, string Value);

[McpServerToolType]
public sealed class Tools(Shop shop, SqliteConnection sqlite, NpgsqlDataSource source, DbConnection any, IDbConnection dapper)
{
    private static readonly IReadOnlySet<string> Columns = new HashSet<string> { "name", "age" };

    [McpServerTool]
    public static object? Direct(string sql)
    {
        using var connection = new SqlConnection("Server=db");
        using var command = new SqlCommand(sql, connection); // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public async Task<object?> Interpolated(string name)
    {
        await using var command = sqlite.CreateCommand();
        command.CommandText = $"select * from people where name = '{name}'"; // finds GHA0003
        return await command.ExecuteScalarAsync();
    }

    [McpServerTool]
    public object? Concatenated(string name)
    {
        using var command = any.CreateCommand();
        var sql = "select * from people where name = '" + name + "'";
        command.CommandText = sql; // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public object? Built(Filter filter)
    {
        var sql = new StringBuilder("select * from people where ");
        sql.Append(filter.Column).Append(" = @value");
        using var command = new SqliteCommand(sql.ToString(), sqlite); // finds GHA0003
        command.Parameters.AddWithValue("@value", filter.Value);
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public List<Person> Raw(string name) => [.. shop.People.FromSqlRaw("select * from people where name = '" + name + "'")]; // finds GHA0003

    [McpServerTool]
    public async Task<int> RawCommand(string table) => await shop.Database.ExecuteSqlRawAsync($"delete from {table}"); // finds GHA0003

    [McpServerTool]
    public IEnumerable<Person> ByDapper(string name) => dapper.Query<Person>($"select * from people where name like '%{name}%'"); // finds GHA0003

    [McpServerTool]
    public async Task<int> ByDapperAsync(string[] ids) => await dapper.ExecuteAsync("delete from people where id in (" + string.Join(",", ids) + ")"); // finds GHA0003

    [McpServerTool]
    public async Task<object?> BySource(string where)
    {
        await using var command = source.CreateCommand("select count(*) from people where " + where); // finds GHA0003
        return await command.ExecuteScalarAsync();
    }

    [McpServerTool]
    public object? Escaped(string name)
    {
        using var command = any.CreateCommand();
        command.CommandText = "select 1 from people where name = '" + name.Replace("'", "''") + "'"; // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public object? Formatted(string name)
    {
        using var command = any.CreateCommand();
        command.CommandText = string.Format(CultureInfo.InvariantCulture, "select 1 from people where name = '{0}'", name); // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public object? ByHandler(string name)
    {
        var sql = new StringBuilder();
        sql.Append($"select 1 from people where name = '{name}'");
        using var command = any.CreateCommand();
        command.CommandText = sql.ToString(); // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool]
    public object? Grown(string name, string? city)
    {
        var sql = "select 1 from people where 1 = 1";
        if (city is not null) sql += " and city = '" + city + "'";
        using var command = any.CreateCommand();
        command.CommandText = sql; // finds GHA0003
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public object? WithParameter(string name)
    {
        using var command = sqlite.CreateCommand();
        command.CommandText = "select * from people where name = $name";
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public async Task<List<Person>> OfEntityFramework(string name) => await shop.People.Where(person => person.Name == name).ToListAsync();

    [McpServerTool] // clean
    public List<Person> InterpolatedSql(string name) => [.. shop.People.FromSql($"select * from people where name = {name}")];

    [McpServerTool] // clean
    public async Task<int> RawWithParameter(string name) => await shop.Database.ExecuteSqlRawAsync("delete from people where name = {0}", name);

    [McpServerTool] // clean
    public IEnumerable<Person> DapperWithParameter(string name) => dapper.Query<Person>("select * from people where name = @name", new { name });

    [McpServerTool] // clean
    public object? ListedColumn(string column)
    {
        if (!Columns.Contains(column)) throw new ArgumentException("unknown column");
        using var command = any.CreateCommand();
        command.CommandText = "select * from people order by " + column;
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public object? EnumColumn(Order order, int limit)
    {
        using var command = any.CreateCommand();
        command.CommandText = $"select * from people order by {order} limit {limit}";
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public object? ParsedEnum(string order)
    {
        var parsed = Enum.Parse<Order>(order, true);
        using var command = any.CreateCommand();
        command.CommandText = "select * from people order by " + parsed;
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public object? Conditional(bool descending)
    {
        using var command = any.CreateCommand();
        command.CommandText = "select * from people order by name " + (descending ? "desc" : "asc");
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public object? Placeholders(string[] names)
    {
        using var command = sqlite.CreateCommand();
        command.CommandText = "select 1 from people where name in (" + string.Join(",", Enumerable.Range(0, names.Length).Select(index => "$p" + index)) + ")";
        for (var index = 0; index < names.Length; index++) command.Parameters.AddWithValue("$p" + index, names[index]);
        return command.ExecuteScalar();
    }

    [McpServerTool] // clean
    public async Task<object?> SourceWithParameter(string name)
    {
        await using var command = source.CreateCommand("select count(*) from people where name = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return await command.ExecuteScalarAsync();
    }
}
