using Eip.Domain;

namespace Eip.Simulator.Olist;

/// <summary>Reads the four required files of a data set and restores the history that they tell of (fulfillment-v1 §2).</summary>
public static class OlistReader
{
    /// <summary>Reads a data set. Orders are read on one thread while the other files are read on another.</summary>
    /// <param name="directory">The folder with the files.</param>
    /// <param name="rejects">Takes rows that cannot be read; the run goes on.</param>
    /// <param name="progress">Told from time to time how many bytes were read.</param>
    /// <param name="time">Measures how long the steps take; the system's clock when null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DataSetException">The folder, a required file or a required header is missing or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public static OlistHistory Read(
        string directory,
        IRejectSink rejects,
        IProgress<ReadProgress>? progress = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        time ??= TimeProvider.System;
        OlistFile.CheckAll(directory);
        long started = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var meter = new ReadMeter(progress, OlistFile.Required.Sum(file => new FileInfo(file.In(directory)).Length));

        // All headers are checked before any row is read: nothing is set aside for a run that cannot succeed.
        using var orderTable = Open(OlistFile.Orders);
        using var itemTable = Open(OlistFile.Items);
        using var customerTable = Open(OlistFile.Customers);
        using var sellerTable = Open(OlistFile.Sellers);

        var reading = Task.Run(() => Guarded(() => OlistRows.ReadOrders(orderTable)), CancellationToken.None);
        RegionTable warehouses, customers;
        try
        {
            (warehouses, customers) = Guarded(() =>
            {
                var sellers = OlistRows.ReadSellers(sellerTable);
                return (OlistRows.ReadItems(itemTable, sellers), OlistRows.ReadCustomers(customerTable));
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            reading.GetAwaiter().GetResult();
            throw;
        }
        finally
        {
            // The tables are closed when this method is left, so whoever reads them must have ended.
            Task.WaitAny([reading], CancellationToken.None);
        }

        var orders = reading.GetAwaiter().GetResult();
        long parsed = time.GetTimestamp();
        var (facts, keys, scale) = EventDerivation.Run(orders, customers, warehouses, cancellationToken);
        return new OlistHistory(facts, keys, scale, orders.Texts)
        {
            OrderCount = orders.Orders,
            RepeatedRows = orders.Repeated,
            Horizon = orders.Count == 0 ? null : new EventTime(orders.Horizon),
            Files = [orderTable.Counts, itemTable.Counts, customerTable.Counts, sellerTable.Counts],
            ParseTime = time.GetElapsedTime(started, parsed),
            DeriveTime = time.GetElapsedTime(parsed),
        };

        OlistTable Open(OlistFile file) => new(directory, file, rejects, meter, stop.Token);

        // When one of the two threads fails, the other need not go on.
        T Guarded<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }
}
