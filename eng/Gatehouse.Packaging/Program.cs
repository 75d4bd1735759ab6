using Gatehouse.Packaging;

// Two steps of ./publish that the shell cannot do. Faults are one line on stderr and exit code 1.
try
{
    switch (args)
    {
        case ["settle", var package, .. var rest]:
            SettledPackage.Settle(package, new Options(rest).Moment("--time"));
            return 0;
        case ["sbom", .. var rest]:
            BomCommand.Run(new Options(rest));
            return 0;
        default:
            Console.Error.WriteLine("usage: gatehouse-packaging settle PACKAGE --time SECONDS | sbom --kind archive|tool … (see ./publish)");
            return 2;
    }
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
{
    Console.Error.WriteLine($"gatehouse-packaging: {fault.Message}");
    return 1;
}
