using Gatehouse.Fixture;
using Gatehouse.Fixture.Http;

var options = FixtureOptions.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync(FixtureOptions.Usage);
    return 2;
}

return options.Stdio ? await StdioFixture.RunAsync() : await HttpFixture.RunAsync(options);
