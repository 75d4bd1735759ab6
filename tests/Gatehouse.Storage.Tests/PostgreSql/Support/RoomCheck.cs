namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>The numbers of rows that the triggers keep, compared with the rows.</summary>
internal static class RoomCheck
{
    /// <summary>Fails where a room does not have the number of its rows.</summary>
    public static async Task ExpectRightAsync(PostgreSqlServer server, string schema)
    {
        var rooms = (string)(await server.RunAsync($"SELECT string_agg(name, ' ' ORDER BY name) FROM {schema}.rooms"))!;
        foreach (var room in rooms.Split(' '))
        {
            var rows = room switch
            {
                "credentials" => "credentials WHERE grant_id <> ''",
                "credentials_without_grant" => "credentials WHERE grant_id = ''",
                _ => room,
            };
            var counted = await server.RunAsync($"SELECT count(*) FROM {schema}.{rows}");
            var kept = await server.RunAsync($"SELECT used FROM {schema}.rooms WHERE name = '{room}'");
            Assert.Equal((room, counted), (room, kept));
        }
    }
}
